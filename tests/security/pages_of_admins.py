"""The pages of a county's administrators, of which `test_a1_roles_of_pages` has the others."""

ADMIN = """
GET /hallinta/alue/kunnat · GET /hallinta/alue/kunnat/uusi · POST /hallinta/alue/kunnat/uusi
GET /hallinta/alue/kunnat/<code> · POST /hallinta/alue/kunnat/<code> · GET /hallinta/alue/kunnat/<code>/poista
POST /hallinta/alue/kunnat/<code>/poista · GET /hallinta/ajastukset · GET /hallinta/alue
GET /hallinta/alue/tiedot · POST /hallinta/alue/tiedot · GET /hallinta/alue/osoite
GET /hallinta/alue/maksupaivat · POST /hallinta/alue/maksupaivat
POST /hallinta/alue/maksupaivat/<first_day>/peru
POST /hallinta/alue/osoite · POST /hallinta/alue/osoite/<first_day>/peru · GET /hallinta/alue/neuvonta
GET /hallinta/alue/neuvonta/<place> · POST /hallinta/alue/neuvonta/<place>
GET /hallinta/alue/neuvonta/<place>/poista · POST /hallinta/alue/neuvonta/<place>/poista
GET /hallinta/alue/myohassa · POST /hallinta/alue/myohassa · GET /hallinta/alue/palvelut
POST /hallinta/alue/palvelut · GET /hallinta/alue/kalenteri · POST /hallinta/alue/kalenteri
POST /hallinta/alue/kalenteri/<first_day>/peru · POST /hallinta/alue/myohassa/<first_day>/peru
GET /hallinta/alue/maksutili · GET /hallinta/alue/maksutili/uusi · POST /hallinta/alue/maksutili/uusi
POST /hallinta/alue/maksutili/<change_id>/vahvista · POST /hallinta/alue/maksutili/<change_id>/peru
GET /hallinta/alue/kustannuspaikat/uusi · POST /hallinta/alue/kustannuspaikat/uusi
GET /hallinta/alue/kustannuspaikat/<code> · POST /hallinta/alue/kustannuspaikat/<code>
GET /hallinta/alue/kustannuspaikat/<code>/poista · POST /hallinta/alue/kustannuspaikat/<code>/poista
GET /hallinta/ihmiset · GET /hallinta/ihmiset/kutsu · POST /hallinta/ihmiset/kutsu
GET /hallinta/ihmiset/<role_grant_id> · POST /hallinta/ihmiset/<role_grant_id>
GET /hallinta/ihmiset/<role_grant_id>/lopeta · POST /hallinta/ihmiset/<role_grant_id>/lopeta
POST /hallinta/ihmiset/kutsut/<invitation_id>/peru
GET /hallinta/avaimet · GET /hallinta/avaimet/uusi · POST /hallinta/avaimet/uusi
GET /hallinta/avaimet/<key_id>/uusi-salaisuus · POST /hallinta/avaimet/<key_id>/uusi-salaisuus
POST /hallinta/avaimet/<key_id>/vanha · GET /hallinta/avaimet/<key_id>/mitatoi
POST /hallinta/avaimet/<key_id>/mitatoi
"""
