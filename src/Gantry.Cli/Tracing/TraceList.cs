using System.Text;
using System.Text.Json;
using Gantry.Api.Client;
using Gantry.Api.Host;
using Gantry.Api.Wire;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Inspection;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Cli.Templates;

namespace Gantry.Cli.Tracing;

/// <summary><c>gantry trace</c>: where the time of the last create, start and exec went.</summary>
internal sealed class TraceList : Command
{
    // The daemon keeps this many; asking for all is cheap, and a container's operations may be anywhere among them.
    private const int MostKept = 100;

    private readonly ValueFlag<long> _last;
    private readonly ValueFlag<string> _format, _operation;

    public TraceList()
    {
        _format = Flags.TemplateFormat();
        _last = Flags.Number("last", 'n', "Show the n operations that ended last", 5);
        _operation = Flags.Text("operation", 'o', "Show only operations of this name (create, start, exec, …)");
    }

    public override string Syntax => "[OPTIONS] [CONTAINER]";

    public override OperandCount Operands => OperandCount.AtMost(1);

    public override int Run(Invocation invocation)
    {
        Template? template = _format.Value.Length > 0 ? DataTemplate.Parse(_format.Value) : null;
        JsonElement all = Fetch(invocation);
        string container = invocation.Operands.Count > 0 ? FullId(invocation.Client, invocation.Operands[0]) : "";
        StringBuilder output = new();
        foreach ((OperationTrace trace, JsonElement element) in Chosen(all, container))
        {
            if (template is null) output.Append(TraceText.Of(trace)).Append('\n');
            else output.Append(InspectTemplate.Render(template, ApiJson.Default.OperationTrace, element)).Append('\n');
        }
        invocation.Out.Write(output.ToString());
        if (output.Length == 0 && template is null) invocation.Error.WriteLine("No operation was timed yet.");
        return 0;
    }

    private static JsonElement Fetch(Invocation invocation)
    {
        try
        {
            return JsonAnswer.Parse(invocation.Client.System.TraceJson(MostKept));
        }
        catch (ApiException e) when (e.Status == 404)
        {
            throw new CliException("this daemon does not tell where its time goes; gantryd does");
        }
    }

    /// <summary>The newest that fit, the oldest of them first, so that the last one stands above the prompt.</summary>
    private IEnumerable<(OperationTrace, JsonElement)> Chosen(JsonElement all, string container)
    {
        List<(OperationTrace Trace, JsonElement Element)> chosen = [];
        foreach (JsonElement element in all.EnumerateArray())
        {
            OperationTrace trace = element.Deserialize(ApiJson.Default.OperationTrace)!;
            if (container.Length > 0 && trace.Container != container) continue;
            if (_operation.Value.Length > 0 && !trace.Operation.Contains(_operation.Value, StringComparison.OrdinalIgnoreCase)) continue;
            if (chosen.Count < _last.Value) chosen.Add((trace, element));
        }
        chosen.Reverse();
        return chosen;
    }

    /// <summary>A removed container cannot be looked up any more; then the text is taken for its ID.</summary>
    private static string FullId(ApiClient client, string name)
    {
        try
        {
            return client.Containers.Inspect(name).Id;
        }
        catch (ApiException e) when (e.Status == 404)
        {
            return name;
        }
    }
}
