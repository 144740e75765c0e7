// Files that are pasted anywhere on the page go into a file uploader, as if they were chosen there; and Python is told
// the names of those that the uploader will leave out as too large. Streamlit calls the default export again whenever
// the uploader is another one.

const intakes = new WeakMap();
// By the place of this component: names that wait for the good files beside them.
const waiting = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  intakes.get(parentElement)?.abort();
  const intake = new AbortController();
  intakes.set(parentElement, intake);
  const tell = (names) => setTriggerValue("too_large", names);
  const uploader = `.st-key-${CSS.escape(data.uploader)}`;

  const paste = (event) => {
    const files = event.clipboardData?.files;
    const input = document.querySelector(`${uploader} input[type=file]`);
    if (!files?.length || !input) return;
    event.preventDefault();
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const look = (event) => {
    if (!event.target.closest?.(uploader)) return;
    const files = event.dataTransfer?.files ?? event.target.files ?? [];
    const names = [...files].filter((file) => file.size > data.mostBytes).map((file) => file.name);
    if (!names.length) return;
    // A run of the page that begins while the uploader asks where to put its files makes Streamlit 1.67 drop the
    // answer (`ForwardMsgQueue.clear`), and they never arrive. Once they have, the uploader is another one.
    if (names.length < files.length) waiting.set(parentElement, { names, uploader: data.uploader });
    else tell(names);
  };
  const waited = waiting.get(parentElement);
  if (waited && waited.uploader !== data.uploader) {
    waiting.delete(parentElement);
    tell(waited.names);
  }

  document.addEventListener("paste", paste, { signal: intake.signal });
  // Before the uploader, which empties its field.
  document.addEventListener("change", look, { signal: intake.signal, capture: true });
  document.addEventListener("drop", look, { signal: intake.signal, capture: true });
  // Tells a test that it listens.
  parentElement.replaceChildren(Object.assign(document.createElement("span"), { className: "file-intake", hidden: true }));
  return () => intake.abort();
}
