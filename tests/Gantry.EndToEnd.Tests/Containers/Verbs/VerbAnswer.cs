using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gantry.EndToEnd.Engines;

namespace Gantry.EndToEnd.Containers.Verbs;

/// <summary>What a verb was answered, without what is the one container's own.</summary>
/// <param name="State">In which the container is then.</param>
/// <param name="Message">Of an error; of a wait, when it was answered and with which exit code; of a list, state and status; of an inspect,
/// what is true of the state.</param>
public sealed partial record VerbAnswer(int Status, string State, string Message)
{
    /// <summary>A wait that is answered at once is answered sooner.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public override string ToString() => $"{Status} {State} {Message}".TrimEnd();

    public static async Task<VerbAnswer> Of(Engine engine, string verb, VerbSubject subject)
    {
        using HttpRequestMessage request = Verb.Request(verb, subject);
        using HttpResponseMessage response = await engine.Api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        int status = (int)response.StatusCode;
        if (verb.StartsWith("wait", StringComparison.Ordinal) && status == 200) return await OfWait(response, subject);
        string state = await subject.State();
        // An archive is as long as the container's files, and an attachment as its life.
        string body = status >= 400 || verb is "list" or "inspect" ? await response.Content.ReadAsStringAsync() : "";
        string message = verb switch
        {
            "list" when status == 200 => Listed(body),
            "inspect" when status == 200 => Inspected(JsonNode.Parse(body)!),
            _ => Plain(MessageOf(body), subject),
        };
        return new(status, state, message);
    }

    private static async Task<VerbAnswer> OfWait(HttpResponseMessage response, VerbSubject subject)
    {
        Task<string> reading = response.Content.ReadAsStringAsync();
        bool atOnce = await Task.WhenAny(reading, Task.Delay(Patience)) == reading;
        string state = await subject.State();
        if (!atOnce) await subject.Remove();
        JsonNode body = JsonNode.Parse(await reading)!;
        return new(200, state, $"{(atOnce ? "at once" : "when removed")}: {body["StatusCode"]} {body["Error"]?.ToJsonString()}".TrimEnd());
    }

    private static string Listed(string body) =>
        JsonNode.Parse(body)!.AsArray() is [{ } one] ? $"{one["State"]}: {Ages().Replace(one["Status"]!.ToString(), "AGE")}" : "none";

    private static string Inspected(JsonNode container)
    {
        JsonNode state = container["State"]!;
        string[] said = [.. new[] { "Running", "Paused", "Restarting", "Dead", "OOMKilled" }.Where(flag => state[flag]!.GetValue<bool>()),
            .. state["Pid"]!.GetValue<int>() == 0 ? (string[])[] : ["Pid"],
            .. new[] { "StartedAt", "FinishedAt" }.Where(time => state[time]!.ToString() != "0001-01-01T00:00:00Z"),
            $"ExitCode={state["ExitCode"]}"];
        return $"{string.Join(' ', said)} {state["Error"]}".TrimEnd();
    }

    private static string MessageOf(string body)
    {
        try
        {
            return JsonNode.Parse(body)?["message"]?.ToString() ?? body.Trim();
        }
        catch (JsonException)
        {
            return body.Trim();
        }
    }

    private static string Plain(string message, VerbSubject subject)
    {
        string text = message.Replace(subject.Id, "ID").Replace(subject.Name, "NAME").Replace(subject.Network, "NETWORK");
        if (subject.Exec.Length > 0) text = text.Replace(subject.Exec, "EXEC");
        return Spaces().Replace(Identifiers().Replace(text, "OTHER"), " ");
    }

    [GeneratedRegex(@"(Less than a|About a|\d+) (second|minute)s?")]
    private static partial Regex Ages();

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Identifiers();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
