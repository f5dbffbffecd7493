using Gantry.Api.Images;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Registry;

/// <summary><c>gantry logout</c>.</summary>
internal sealed class RegistryLogout : Command
{
    public override string Syntax => "[SERVER]";

    public override OperandCount Operands => OperandCount.AtMost(1);

    public override int Run(Invocation invocation)
    {
        string server = invocation.Operands.Count > 0 ? RegistryServer.OfAddress(invocation.Operands[0]) : RegistryServer.Central;
        invocation.Out.WriteLine($"Removing login credentials for {server}");
        Login.Forget(server);
        return 0;
    }
}
