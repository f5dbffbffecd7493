using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Api.Client;
using Gantry.Api.Events;
using Gantry.Api.Wire;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Cli.Templates;

namespace Gantry.Cli.Events;

/// <summary><c>gantry events</c>.</summary>
internal sealed class EventList : Command
{
    private readonly ListFlag<(string Key, string Value)> _filter;
    private readonly ValueFlag<string> _format, _since, _until;

    public EventList()
    {
        _filter = Flags.Filter();
        _format = Flags.TemplateFormat(shorthand: null);
        _since = Flags.Text("since", null, "Begin with the events after this time (also a duration back from now)");
        _until = Flags.Text("until", null, "End at this time");
    }

    public override string Syntax => "[OPTIONS]";

    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        Template? template = _format.Value.Length > 0 ? DataTemplate.Parse(_format.Value, "Error parsing format") : null;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using ApiResponse response = invocation.Client.System.Events(PointInTime.Parse(_since.Value, now),
            PointInTime.Parse(_until.Value, now), _filter.ToFilters());
        foreach (byte[] line in JsonLines.Read(response.Body))
        {
            invocation.Out.Write(template is null ? Line(line) : Render(template, line));
            invocation.Out.Write('\n');
            invocation.Out.Flush();
        }
        return 0;
    }

    private static EventMessage Decode(byte[] line) =>
        JsonAnswer.Decode(line, ApiJson.Default.EventMessage);

    private static string Render(Template template, byte[] line)
    {
        EventMessage message = Decode(line);
        JsonElement element = JsonAnswer.Parse(line);
        try
        {
            return template.Execute(new EventView(message, element));
        }
        catch (TemplateException wrong)
        {
            throw new CliException($"Error parsing format: {wrong.Message}", 64);
        }
    }

    /// <summary>"time kind action id (attribute=value, …)".</summary>
    private static string Line(byte[] json)
    {
        EventMessage message = Decode(json);
        StringBuilder text = new(Time(message));
        text.Append(' ').Append(message.Type).Append(' ').Append(message.Action).Append(' ').Append(message.Actor.ID);
        if (message.Actor.Attributes.Count > 0)
            text.Append(" (")
                .AppendJoin(", ", message.Actor.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}"))
                .Append(')');
        return text.ToString();
    }

    private static string Time(EventMessage message)
    {
        long nanoseconds = message.TimeNano != 0 ? message.TimeNano : message.Time * 1_000_000_000;
        DateTimeOffset second = DateTimeOffset.FromUnixTimeSeconds(nanoseconds / 1_000_000_000).ToLocalTime();
        string zone = second.Offset == TimeSpan.Zero ? "Z" : second.ToString("zzz", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{second:yyyy-MM-dd'T'HH:mm:ss}.{nanoseconds % 1_000_000_000:D9}{zone}");
    }

    /// <summary>Templates name an event's members in capitals, its JSON does not.</summary>
    private sealed class EventView(EventMessage message, JsonElement element) : TemplateObject
    {
        private readonly NamedValues _values = new("*events.Message",
            ("Status", message.LegacyStatus ?? ""),
            ("ID", message.LegacyId ?? ""),
            ("From", message.LegacyFrom ?? ""),
            ("Type", message.Type),
            ("Action", message.Action),
            ("Actor",
                TypedJsonView.Of(ApiJson.Default.EventActor, element.TryGetProperty("Actor", out JsonElement actor) ? actor : default)),
            ("Scope", message.Scope ?? ""),
            ("Time", message.Time),
            ("TimeNano", message.TimeNano));

        public override string TypeName => _values.TypeName;

        public override IEnumerable<KeyValuePair<string, object?>> Fields => _values.Fields;

        public override bool TryGet(string name, IReadOnlyList<object?> arguments, out object? value) =>
            _values.TryGet(name, arguments, out value);

        public override void WriteJson(StringBuilder output) =>
            GoJson.Write(output, TypedJsonView.Of(ApiJson.Default.EventMessage, element));
    }
}
