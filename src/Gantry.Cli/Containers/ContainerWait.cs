using System.Globalization;
using Gantry.Api.Client;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry wait</c>.</summary>
internal sealed class ContainerWait : Command
{
    public override string Syntax => "CONTAINER [CONTAINER...]";
    public override OperandCount Operands => OperandCount.AtLeast(1);

    public override int Run(Invocation invocation) => invocation.ForEach(name =>
    {
        using PendingWait wait = invocation.Client.Containers.Wait(name);
        invocation.Out.WriteLine(wait.Result().StatusCode.ToString(CultureInfo.InvariantCulture));
        invocation.Out.Flush();
    }, print: false);
}
