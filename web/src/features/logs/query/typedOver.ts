import { EditorView } from '@codemirror/view';

/**
 * Replaces a selection by what is typed. Left to itself Chromium keeps the looks of what it replaces in style attributes, which
 * the page's policy refuses aloud and the editor throws away.
 */
export const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data, inputType } = event;
    const { main } = view.state.selection;
    if (inputType !== 'insertText' || !data || main.empty || view.composing) return false;
    view.dispatch(view.state.replaceSelection(data), {
      userEvent: 'input.type',
      scrollIntoView: true,
    });
    event.preventDefault();
    return true;
  },
});
