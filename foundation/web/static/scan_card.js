// Reads the QR code of a client's card with the camera or from a picture. Without this script the number is typed.
const place = document.querySelector("[data-scan]");
const form = place?.closest("form");
const EVERY_MS = 250;
const LONGEST_SIDE = 1280;

// The browser's own reader where it has one, else the vendored one, which is fetched on the first scan.
async function makeReader() {
  if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const own = new BarcodeDetector({ formats: ["qr_code"] });
    return async (source) => (await own.detect(source))[0]?.rawValue;
  }
  const { default: decode } = await import(place.dataset.decoder);
  const canvas = document.createElement("canvas");
  return async (source) => {
    const width = source.videoWidth || source.width;
    const height = source.videoHeight || source.height;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    try {
      return decode(context.getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return undefined; // no code in this picture
    }
  };
}

let reader;
const read = async (source) => (await (reader ??= makeReader()))(source);

function use(text) {
  form.elements.seteli.value = text.trim();
  form.requestSubmit();
}

function say(name) {
  for (const text of place.querySelectorAll("[data-says]")) text.hidden = text.dataset.says !== name;
}

const video = place?.querySelector("video");
let stream;

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
  video.hidden = true;
}

async function look() {
  if (!stream) return;
  const text = video.readyState >= 2 ? await read(video).catch(() => undefined) : undefined;
  if (!text) return setTimeout(look, EVERY_MS);
  stop();
  use(text);
}

async function start() {
  if (stream) return stop();
  say("");
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    say("looking");
    look();
  } catch {
    stop();
    say("no-camera");
  }
}

async function readPicture(event) {
  const [file] = event.target.files;
  if (!file) return;
  say("");
  const text = await createImageBitmap(file).then(read).catch(() => undefined);
  if (text) use(text);
  else say("no-code");
  event.target.value = "";
}

if (form) {
  place.hidden = false;
  const button = place.querySelector("button");
  button.hidden = !navigator.mediaDevices?.getUserMedia;
  button.addEventListener("click", start);
  place.querySelector("input").addEventListener("change", readPicture);
  window.addEventListener("pagehide", () => stream && stop());
}
