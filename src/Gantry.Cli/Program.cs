return Gantry.Cli.CommandLine.Run(Gantry.Cli.RawArguments.Of(args));
