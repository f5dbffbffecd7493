using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Volumes;

/// <summary><c>gantry volume rm</c>.</summary>
internal sealed class VolumeRemove : Command
{
    private readonly BoolFlag _force;

    public VolumeRemove() => _force = Flags.Switch("force", 'f', "Do not fail where it does not exist");

    public override string Syntax => "[OPTIONS] VOLUME [VOLUME...]";
    public override OperandCount Operands => OperandCount.AtLeast(1);

    public override int Run(Invocation invocation) => invocation.ForEach(name => invocation.Client.Volumes.Remove(name, _force));
}
