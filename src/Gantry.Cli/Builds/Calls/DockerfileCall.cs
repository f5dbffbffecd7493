using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Api.Builds;
using Gantry.Api.Client;
using Gantry.Api.Wire;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Templates;

namespace Gantry.Cli.Builds.Calls;

/// <summary>Asks something of a Dockerfile, and builds nothing.</summary>
internal sealed class DockerfileCall(Invocation invocation, CallChoice call)
{
    /// <param name="context">Writes the context; null where the daemon fetches it.</param>
    /// <param name="archive">A small one, in place of <paramref name="context"/>.</param>
    /// <returns>The exit status: 1 when checks have found something.</returns>
    public int Run(BuildRequest request, Action<Stream>? context, byte[]? archive)
    {
        BuildsApi builds = invocation.Client.Builds;
        if (call.Method == CallChoice.Check.Method) return Check(builds.Check(request, context, archive));
        BuildOutlineReport report = builds.Outline(request, context, archive);
        if (call.Method == "targets" && call.IsJson) WriteJson(report.Targets, ApiJson.Default.BuildTargets);
        else if (call.IsJson) WriteJson(report.Outline, ApiJson.Default.BuildOutline);
        else invocation.Out.Write(call.Method == "targets" ? OutlineOutput.Targets(report.Targets) : OutlineOutput.Outline(report.Outline));
        return 0;
    }

    private int Check(BuildCheckReport report)
    {
        if (call.IsJson) WriteJson(CheckOutput.Lint(report), ApiJson.Default.BuildLintResults);
        else CheckOutput.WriteReport(invocation.Out, report);
        return report.Warnings.Count == 0 ? 0 : 1;
    }

    private void WriteJson<T>(T value, JsonTypeInfo<T> type)
    {
        StringBuilder text = new();
        JsonText.Append(text, JsonSerializer.SerializeToElement(value, type), 0);
        invocation.Out.Write(text.Append('\n').ToString());
    }
}
