"""assay grades students' texts with their teachers' AI keys and pays the score in gold coins."""
