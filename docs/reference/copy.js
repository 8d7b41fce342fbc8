// A button to copy each piece of code. Without script there is none, and nothing else is missing.
for (const pre of document.querySelectorAll('figure > pre')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    const copied = await navigator.clipboard.writeText(pre.textContent).then(
      () => 'Copied',
      () => 'Not allowed',
    );
    button.textContent = copied;
    setTimeout(() => (button.textContent = 'Copy'), 2000);
  });
  pre.after(button);
}
