// Mantine's sheets stand before ours, so that ours win without weight.
import '@mantine/core/styles/default-css-variables.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/CloseButton.css';
import '@mantine/core/styles/Paper.css';
import '@mantine/core/styles/Popover.css';
import '@mantine/core/styles/Menu.css';
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import '@mantine/core/styles/Drawer.css';
import 'pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css';
import '../theme/fonts.css';
import '../theme/tokens.css';
import '../theme/mantine.css';
import '../theme/base.css';
