using Gantry.Linux.Files;
using Gantry.Runtime.CommandLine;
using Gantry.Runtime.Init;
using Gantry.Runtime.Shim;

Descriptor.CompleteStandardStreams();
return args switch
{
    ["init", .. var rest] => InitMain.Run(rest),
    ["shim", .. var rest] => ShimMain.Run(rest),
    _ => RuntimeCommand.Run(args),
};
