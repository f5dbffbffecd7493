return Gantry.Cli.CommandLine.Run(args);
