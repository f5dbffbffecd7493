using Gantry.Runtime.CommandLine;
using Gantry.Runtime.Init;
using Gantry.Runtime.Shim;

return args switch
{
    ["init", .. var rest] => InitMain.Run(rest),
    ["shim", .. var rest] => ShimMain.Run(rest),
    _ => RuntimeCommand.Run(args),
};
