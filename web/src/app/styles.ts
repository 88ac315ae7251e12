// Mantine's sheets are in a layer, so that ours win without weight and in whatever order the parts of the console load.
import '@mantine/core/styles/default-css-variables.layer.css';
import '@mantine/core/styles/UnstyledButton.layer.css';
import '@mantine/core/styles/CloseButton.layer.css';
import '@mantine/core/styles/Paper.layer.css';
import '@mantine/core/styles/Popover.layer.css';
import '@mantine/core/styles/Menu.layer.css';
import '@mantine/core/styles/Overlay.layer.css';
import '@mantine/core/styles/ModalBase.layer.css';
import '@mantine/core/styles/Modal.layer.css';
import '@mantine/core/styles/Drawer.layer.css';
import 'pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css';
import '../theme/fonts.css';
import '../theme/tokens.css';
import '../theme/mantine.css';
import '../theme/base.css';
