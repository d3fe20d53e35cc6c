# placeholder being written
