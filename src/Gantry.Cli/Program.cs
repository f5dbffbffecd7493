return Gantry.Cli.CommandLine.CommandLine.Run(Gantry.Cli.CommandLine.RawArguments.Of(args));
