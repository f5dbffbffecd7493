using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry create</c>.</summary>
internal sealed class ContainerCreate : Command
{
    private readonly ContainerFlags _container;

    public ContainerCreate() => _container = new ContainerFlags(Flags);

    public override string Syntax => "[OPTIONS] IMAGE [COMMAND] [ARG...]";
    public override OperandCount Operands => OperandCount.AtLeast(1);
    public override bool OptionsEndAtFirstOperand => true;

    // Unlike run, a refusal by the engine is an ordinary failure (1); only what is wrong in the options themselves is 125.
    public override int Run(Invocation invocation)
    {
        ContainerCreateRequest request = _container.Build(invocation.Operands, detached: false);
        invocation.Out.WriteLine(ContainerCreation.Create(invocation, _container, request));
        return 0;
    }
}
