using Gantry.Api.Networks;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Networks;

/// <summary><c>gantry network disconnect</c>.</summary>
internal sealed class NetworkDisconnect : Command
{
    private readonly BoolFlag _force;

    public NetworkDisconnect() => _force = Flags.Switch("force", 'f', "Also where the container no longer answers");

    public override string Syntax => "[OPTIONS] NETWORK CONTAINER";
    public override OperandCount Operands => OperandCount.Exactly(2);

    public override int Run(Invocation invocation)
    {
        invocation.Client.Networks.Disconnect(invocation.Operands[0],
            new NetworkDisconnectRequest { Container = invocation.Operands[1], Force = _force });
        return 0;
    }
}
