"""`python -m tests.docs`: writes the generated blocks of the docs."""

from tests.docs.generated import write

if __name__ == "__main__":
    write()
