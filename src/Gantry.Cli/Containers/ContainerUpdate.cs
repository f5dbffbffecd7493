using Gantry.Api;

namespace Gantry.Cli;

/// <summary><c>gantry update</c>.</summary>
internal sealed class ContainerUpdate : Command
{
    private readonly ResourceFlags resources;
    private readonly ValueFlag<RestartPolicy?> restart;

    public ContainerUpdate()
    {
        resources = new ResourceFlags(Flags);
        restart = Flags.Value<RestartPolicy?>("restart", null, "When to start it again after it has ended", "string", HostFlags.Restart, null);
    }

    public override string Syntax => "[OPTIONS] CONTAINER [CONTAINER...]";
    public override OperandCount Operands => OperandCount.AtLeast(1);

    public override int Run(Invocation invocation)
    {
        if (!Flags.All.Any(flag => flag.IsSet)) throw new CliException("you must provide one or more flags when using this command");
        ContainerUpdateRequest request = new() { RestartPolicy = restart.Value };
        resources.Apply(request);
        return invocation.ForEach(name =>
        {
            foreach (string warning in invocation.Client.Containers.Update(name, request).Warnings ?? []) invocation.Error.WriteLine(warning);
        });
    }
}
