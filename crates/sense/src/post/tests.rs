//! A post that is played a scene with a known truth, block by block and frame by frame.
