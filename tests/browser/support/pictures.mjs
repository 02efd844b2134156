// Pictures that tests upload, made here so that none has to be kept.
import { deflateSync } from "node:zlib";

const RED = [220, 20, 20];
const GREEN = [20, 160, 20];
const BLUE = [20, 20, 220];
const YELLOW = [230, 220, 20];

/** A PNG of four quarters: red, green, blue, yellow. */
export function quarters(width, height) {
  const line = 1 + width * 3;
  const samples = Buffer.alloc(line * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = [[RED, GREEN], [BLUE, YELLOW]][y < height / 2 ? 0 : 1][x < width / 2 ? 0 : 1];
      samples.set(colour, y * line + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", header), chunk("IDAT", deflateSync(samples)), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(name, content) {
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(content.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc(named), named.length + 4);
  return framed;
}

function crc(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}
