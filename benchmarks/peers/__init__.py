"""
The same work in other people's products, each as its own manual would have it.
"""
