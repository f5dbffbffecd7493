using Gantry.Api.Client;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Networks;

/// <summary><c>gantry network rm</c>.</summary>
internal sealed class NetworkRemove : Command
{
    private readonly BoolFlag _force;

    public NetworkRemove() => _force = Flags.Switch("force", 'f', "Do not fail where it does not exist");

    public override string Syntax => "NETWORK [NETWORK...]";
    public override OperandCount Operands => OperandCount.AtLeast(1);

    public override int Run(Invocation invocation) => invocation.ForEach(name =>
    {
        try
        {
            invocation.Client.Networks.Remove(name);
            invocation.Out.WriteLine(name);
        }
        catch (ApiException e) when (_force && e.Status == 404)
        {
            // It is not there, as was asked for.
        }
    }, print: false);
}
