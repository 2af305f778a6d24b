import ArgumentParser

NodeCommand.main()
