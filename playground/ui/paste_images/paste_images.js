// Files that are pasted anywhere on the page go into a file uploader, as if they were chosen there. Streamlit calls the
// default export again whenever the uploader is another one.

const listeners = new WeakMap();

export default function ({ data, parentElement }) {
  stop(parentElement);
  const listen = (event) => {
    const files = event.clipboardData?.files;
    const input = document.querySelector(`.st-key-${CSS.escape(data.uploader)} input[type=file]`);
    if (!files?.length || !input) return;
    event.preventDefault();
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  document.addEventListener("paste", listen);
  listeners.set(parentElement, listen);
  return () => stop(parentElement);
}

function stop(parentElement) {
  const listen = listeners.get(parentElement);
  if (listen) document.removeEventListener("paste", listen);
}
