return Gantry.Cli.Commands.CommandLine.Run(Gantry.Cli.CommandLine.RawArguments.Of(args));
