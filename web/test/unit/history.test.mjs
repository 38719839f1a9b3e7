import assert from "node:assert/strict";
import test from "node:test";

import { History, MOST_STEPS } from "../../build/js/history.js";

test("fifty steps are undone and done again", () => {
  const history = new History(0);
  for (let step = 1; step <= 50; step += 1) history.push(step);
  for (let step = 49; step >= 0; step -= 1) {
    assert.ok(history.undo());
    assert.equal(history.present, step);
  }
  assert.equal(history.undo(), false);
  for (let step = 1; step <= 50; step += 1) {
    assert.ok(history.redo());
    assert.equal(history.present, step);
  }
  assert.equal(history.redo(), false);
});

test("a gesture is one step, and undo ends it", () => {
  const history = new History("a");
  history.push("b", "drag 1");
  history.push("c", "drag 1");
  history.push("d", "drag 2");
  history.undo();
  assert.equal(history.present, "c");
  history.push("e", "drag 1");
  history.settle();
  history.push("f", "drag 1");
  history.undo();
  assert.equal(history.present, "e");
  history.undo();
  assert.equal(history.present, "c");
  history.undo();
  assert.equal(history.present, "a");
});

test("a change after undo leaves nothing to do again, and no more steps are kept than named", () => {
  const history = new History(0);
  for (let step = 1; step <= MOST_STEPS + 10; step += 1) history.push(step);
  history.undo();
  history.push(-1);
  assert.equal(history.canRedo, false);
  let steps = 0;
  while (history.undo()) steps += 1;
  assert.equal(steps, MOST_STEPS);
});
