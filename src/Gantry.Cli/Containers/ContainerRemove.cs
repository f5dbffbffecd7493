using Gantry.Api.Client;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry rm</c>.</summary>
internal sealed class ContainerRemove : Command
{
    private readonly BoolFlag _force, _link, _volumes;

    public ContainerRemove()
    {
        _force = Flags.Switch("force", 'f', "Remove it also while it runs (SIGKILL)");
        _link = Flags.Switch("link", 'l', "Remove the named link");
        _volumes = Flags.Switch("volumes", 'v', "Remove its anonymous volumes too");
    }

    public override string Syntax => "[OPTIONS] CONTAINER [CONTAINER...]";
    public override OperandCount Operands => OperandCount.AtLeast(1);

    public override int Run(Invocation invocation)
    {
        int status = 0;
        foreach (string operand in invocation.Operands) status |= Remove(invocation, operand.Trim('/'));
        return status;
    }

    private int Remove(Invocation invocation, string name)
    {
        try
        {
            if (name.Length == 0) throw new CliException("Container name cannot be empty");
            invocation.Client.Containers.Remove(name, _force, _volumes, _link);
            invocation.Out.WriteLine(name);
            return 0;
        }
        catch (ApiException e)
        {
            invocation.Error.WriteLine($"Error response from daemon: {e.Message}");
            // With -f the aim is that it is not there.
            return _force && e.Status == 404 ? 0 : 1;
        }
    }
}
