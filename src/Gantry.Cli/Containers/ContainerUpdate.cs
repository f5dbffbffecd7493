using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry update</c>.</summary>
internal sealed class ContainerUpdate : Command
{
    private readonly ResourceFlags _resources;
    private readonly ValueFlag<RestartPolicy?> _restart;

    public ContainerUpdate()
    {
        _resources = new ResourceFlags(Flags);
        _restart =
            Flags.Value<RestartPolicy?>("restart", null, "When to start it again after it has ended", "string", HostFlags.Restart, null);
    }

    public override string Syntax => "[OPTIONS] CONTAINER [CONTAINER...]";
    public override OperandCount Operands => OperandCount.AtLeast(1);

    public override int Run(Invocation invocation)
    {
        if (!Flags.All.Any(flag => flag.IsSet)) throw new CliException("you must provide one or more flags when using this command");
        ContainerUpdateRequest request = new() { RestartPolicy = _restart.Value };
        _resources.Apply(request);
        return invocation.ForEach(name =>
        {
            foreach (string warning in invocation.Client.Containers.Update(name, request).Warnings ?? [])
                invocation.Error.WriteLine(warning);
        });
    }
}
