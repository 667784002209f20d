/** A gate with its grating half up. */
export function Logo() {
  return (
    <svg
      viewBox="0 0 16 16"
      className="size-5 text-accent"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      aria-hidden="true"
    >
      <path d="M2 15V6a6 6 0 0 1 12 0v9M5 2v13M8 1v14M11 2v13M2 7h12M2 11h12" />
    </svg>
  );
}
