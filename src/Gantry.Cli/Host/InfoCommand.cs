using Gantry.Api.Client;
using Gantry.Api.Host;
using Gantry.Api.Wire;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Cli.Templates;

namespace Gantry.Cli.Host;

/// <summary><c>gantry info</c>.</summary>
internal sealed class InfoCommand : Command
{
    private readonly ValueFlag<string> _format;

    public InfoCommand() => _format = Flags.TemplateFormat();

    public override string Syntax => "[OPTIONS]";

    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        Template? template = _format.Value.Length > 0 ? DataTemplate.Parse(_format.Value) : null;
        if (template is null)
            invocation.Out.Write($"Client:\n Version:    {ProductVersion.Text}\n Context:    default\n Debug Mode: "
                + $"{(invocation.Options.Debug ? "true" : "false")}\n\nServer:\n");
        byte[] json = invocation.Client.System.InfoJson();
        SystemInfo info = JsonAnswer.Decode(json, ApiJson.Default.SystemInfo);
        invocation.Out.Write(template is null ? InfoText.Of(info)
            : DataTemplate.Render(template, TypedJsonView.Of(ApiJson.Default.SystemInfo, JsonAnswer.Parse(json))) + "\n");
        if (template is not null) return 0;
        invocation.Out.Flush();
        foreach (string warning in info.Warnings ?? []) invocation.Error.WriteLine(warning);
        return 0;
    }
}
