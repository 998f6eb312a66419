"""Speed and size of the real server, each figure beside a bare view of the same run."""
