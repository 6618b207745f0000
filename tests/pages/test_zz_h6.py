from tests.pages.test_client_pages import *
def test_x(desk,client):
    page=client.page('/asetukset')
    f=page.form(); print(list(f.form_values()))
    d={}
    for k,v in f.form_values(): d.setdefault(k,[]).append(v)
    a=client.web.post('/asetukset',data={**d,'language':'sv','size':'large'})
    import re
    print(a.status_code, re.findall(r'error-summary__list.*?</ul>',a.text,re.S)); assert 0
