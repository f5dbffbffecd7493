using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Gantry.Api.Client;
using Gantry.Api.Host;
using Gantry.Api.Wire;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Cli.Templates;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Host;

/// <summary><c>gantry version</c>.</summary>
internal sealed class VersionCommand : Command
{
    private readonly ValueFlag<string> _format;

    public VersionCommand() => _format = Flags.TemplateFormat();

    public override string Syntax => "[OPTIONS]";

    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        Template? template = _format.Value.Length > 0 ? DataTemplate.Parse(_format.Value) : null;
        (byte[]? json, ApiConnectionException? failure) = Ask(invocation.Client);
        SystemVersion? server = json is null ? null : JsonAnswer.Decode(json, ApiJson.Default.SystemVersion);
        if (server is not null) invocation.Client.Agree(server.ApiVersion);
        invocation.Out.Write(template is null ? Text(invocation.Client, server)
            : DataTemplate.Render(template, Data(invocation.Client, json)) + "\n");
        return failure is null ? 0 : throw new CliException(ConnectionAdvice.Text(failure));
    }

    private static (byte[]? Json, ApiConnectionException? Failure) Ask(ApiClient client)
    {
        try
        {
            return (client.System.VersionJson(), null);
        }
        catch (ApiConnectionException unreachable)
        {
            // Our own half is worth showing without the daemon.
            return (null, unreachable);
        }
    }

    private static NamedValues Data(ApiClient client, byte[]? server) => new("system.versionInfo",
        ("Client", new NamedValues("system.clientVersion",
            ("Version", ProductVersion.Text),
            ("ApiVersion", client.Version),
            ("DefaultAPIVersion", ApiClient.NewestVersion),
            ("GitCommit", ProductVersion.Commit),
            ("GoVersion", RuntimeInformation.FrameworkDescription),
            ("Os", "linux"),
            ("Arch", Architecture),
            ("BuildTime", ""),
            ("Context", "default"))),
        ("Server", server is null ? null : TypedJsonView.Of(ApiJson.Default.SystemVersion, JsonAnswer.Parse(server))));

    private static string Architecture => RuntimeInformation.ProcessArchitecture switch
    {
        global::System.Runtime.InteropServices.Architecture.X64 => "amd64",
        global::System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static string Text(ApiClient client, SystemVersion? server)
    {
        StringBuilder text = new("Client:\n");
        string downgraded = client.Version == ApiClient.NewestVersion ? "" : $" (downgraded from {ApiClient.NewestVersion})";
        text.Append(CultureInfo.InvariantCulture, $" Version:\t{ProductVersion.Text}\n API version:\t{client.Version}{downgraded}\n");
        text.Append(CultureInfo.InvariantCulture,
            $" Runtime:\t{RuntimeInformation.FrameworkDescription}\n Git commit:\t{ProductVersion.Commit}\n");
        text.Append(CultureInfo.InvariantCulture, $" OS/Arch:\tlinux/{Architecture}\n Context:\tdefault\n");
        if (server is not null) AppendServer(text, server);
        return TabWriter.Align(text.ToString(), 20, 1);
    }

    private static void AppendServer(StringBuilder text, SystemVersion server)
    {
        text.Append("\nServer:").Append(server.Platform.Name.Length > 0 ? " " + server.Platform.Name : "").Append('\n');
        if (server.Components is not { Count: > 0 } components)
            components = [new VersionComponent { Name = "Engine", Version = server.Version, Details = OwnDetails(server) }];
        foreach (VersionComponent component in components)
        {
            text.Append(CultureInfo.InvariantCulture, $" {component.Name}:\n  Version:\t{component.Version}\n");
            Dictionary<string, string> details = component.Details ?? [];
            if (component.Name == "Engine") AppendEngine(text, details);
            else
                foreach ((string key, string value) in details.OrderBy(d => d.Key, StringComparer.Ordinal))
                    text.Append(CultureInfo.InvariantCulture, $"  {key}:\t{value}\n");
        }
    }

    private static void AppendEngine(StringBuilder text, Dictionary<string, string> details)
    {
        string Get(string key) => details.GetValueOrDefault(key, "");
        text.Append(CultureInfo.InvariantCulture, $"  API version:\t{Get("ApiVersion")} (minimum version {Get("MinAPIVersion")})\n");
        if (Get("GoVersion") is { Length: > 0 } runtime)
            text.Append(CultureInfo.InvariantCulture,
                $"  {(runtime.StartsWith("go", StringComparison.Ordinal) ? "Go version" : "Runtime")}:\t{runtime}\n");
        if (Get("GitCommit") is { Length: > 0 } commit) text.Append(CultureInfo.InvariantCulture, $"  Git commit:\t{commit}\n");
        if (Get("BuildTime") is { Length: > 0 } built) text.Append(CultureInfo.InvariantCulture, $"  Built:\t{BuildTime(built)}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"  OS/Arch:\t{Get("Os")}/{Get("Arch")}\n  "
                + $"Experimental:\t{(Get("Experimental") is { Length: > 0 } experimental ? experimental : "false")}\n");
    }

    private static Dictionary<string, string> OwnDetails(SystemVersion server) => new()
    {
        ["ApiVersion"] = server.ApiVersion,
        ["MinAPIVersion"] = server.MinAPIVersion ?? "",
        ["GoVersion"] = server.GoVersion,
        ["GitCommit"] = server.GitCommit,
        ["BuildTime"] = server.BuildTime ?? "",
        ["Os"] = server.Os,
        ["Arch"] = server.Arch,
        ["Experimental"] = server.Experimental == true ? "true" : "false",
    };

    /// <summary>A machine's timestamp in the form for people; any other text stays.</summary>
    private static string BuildTime(string text) =>
        text.Length > 10 && text[4] == '-'
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time.ToString("ddd MMM ", CultureInfo.InvariantCulture) + time.Day.ToString(CultureInfo.InvariantCulture)
            .PadLeft(2) + time.ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture)
            : text;
}
