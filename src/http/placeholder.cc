// Nothing here yet; replaced by the first source of this folder.
