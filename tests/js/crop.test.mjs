// Which part of a photo is used: never more than there is, never beside it, never larger than it is.
import assert from "node:assert/strict";
import test from "node:test";
import { moved, partOf, sentSize, startCrop, zoomed, ZOOM_MAX } from "../../assets/lib/crop.js";

const whole = (part) => Object.fromEntries(Object.entries(part).map(([name, value]) => [name, Math.round(value)]));

test("the frame begins as the largest part of four to three, in the middle", () => {
  assert.deepEqual(whole(partOf(startCrop(4000, 3000))), { left: 0, top: 0, width: 4000, height: 3000 });
  assert.deepEqual(whole(partOf(startCrop(3000, 4000))), { left: 0, top: 875, width: 3000, height: 2250 });
  assert.deepEqual(whole(partOf(startCrop(8000, 3000))), { left: 2000, top: 0, width: 4000, height: 3000 });
});

test("it is moved by parts of itself and stays in the photo", () => {
  const wide = startCrop(8000, 3000);
  assert.deepEqual(whole(partOf(moved(wide, 0.25, 0))), { left: 3000, top: 0, width: 4000, height: 3000 });
  assert.deepEqual(whole(partOf(moved(wide, 9, 9))), { left: 4000, top: 0, width: 4000, height: 3000 });
  assert.deepEqual(whole(partOf(moved(wide, -9, -9))), { left: 0, top: 0, width: 4000, height: 3000 });
});

test("it is enlarged around its middle within bounds, and put back into the photo when it shrinks again", () => {
  const near = zoomed(startCrop(4000, 3000), 2);
  assert.deepEqual(whole(partOf(near)), { left: 1000, top: 750, width: 2000, height: 1500 });
  assert.equal(zoomed(near, 99).zoom, ZOOM_MAX);
  assert.equal(zoomed(near, 0).zoom, 1);
  assert.deepEqual(whole(partOf(zoomed(moved(near, 9, 9), 1))), { left: 0, top: 0, width: 4000, height: 3000 });
});

test("what is sent is never more than twice the largest size of the server, and never enlarged", () => {
  assert.deepEqual(sentSize(startCrop(4000, 3000)), { width: 1600, height: 1200 });
  assert.deepEqual(sentSize(zoomed(startCrop(4000, 3000), 4)), { width: 1000, height: 750 });
  assert.deepEqual(sentSize(startCrop(300, 900)), { width: 300, height: 225 });
  assert.deepEqual(sentSize(startCrop(1, 1)), { width: 1, height: 1 });
});
