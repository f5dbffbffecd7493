using Gantry.Linux.Files;
using Gantry.Runtime.CommandLine;
using Gantry.Runtime.Init;
using Gantry.Runtime.Supervision;

Descriptor.CompleteStandardStreams();
return args switch
{
    ["init", .. var rest] => InitMain.Run(rest),
    ["shim", .. var rest] => SupervisorMain.Run(rest),
    _ => RuntimeCommand.Run(args),
};
