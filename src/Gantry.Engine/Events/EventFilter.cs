namespace Gantry.Engine.Events;

/// <summary>Which events a subscriber wants: within a key any value matches, between the keys all must; labels must all be there.</summary>
/// <remarks>Keys are those of Docker's <c>/events</c>: type, event, container, image, volume, network, daemon, label, scope, …</remarks>
public sealed class EventFilter(IReadOnlyDictionary<string, IReadOnlyList<string>> wanted)
{
    public static readonly EventFilter All = new(new Dictionary<string, IReadOnlyList<string>>());

    /// <summary>The keys that <c>/events</c> accepts; another is the caller's mistake.</summary>
    public static readonly IReadOnlySet<string> Keys = new HashSet<string>
    {
        "config", "container", "daemon", "event", "image", "label", "network", "node", "plugin", "scope", "secret", "service", "type",
        "volume",
    };

    public bool Matches(EngineEvent happened) =>
        MatchesAction(happened.Action)
        && Contains("type", happened.Type)
        && Contains("scope", "local")
        && MatchesActor("container", EventType.Container, happened)
        && MatchesActor("volume", EventType.Volume, happened)
        && MatchesActor("network", EventType.Network, happened)
        && MatchesActor("daemon", EventType.Daemon, happened)
        && MatchesActor("plugin", EventType.Plugin, happened)
        && !Asked("node") && !Asked("service") && !Asked("secret") && !Asked("config")
        && MatchesImage(happened)
        && MatchesLabels(happened);

    private bool Asked(string key) => wanted.TryGetValue(key, out IReadOnlyList<string>? values) && values.Count > 0;

    private bool Contains(string key, string value) => !Asked(key) || wanted[key].Contains(value);

    private bool MatchesAction(string action)
    {
        if (!Asked("event")) return true;
        // "exec_create: ls" is asked for as "exec_create", "health_status: healthy" either way.
        int colon = action.IndexOf(':');
        return wanted["event"].Contains(action) || (colon > 0 && wanted["event"].Contains(action[..colon]));
    }

    private bool MatchesActor(string key, string type, EngineEvent happened)
    {
        if (!Asked(key)) return true;
        if (happened.Type != type) return false;
        happened.Attributes.TryGetValue("name", out string? name);
        return wanted[key].Any(value =>
            happened.ActorId.StartsWith(value, StringComparison.Ordinal) || (name is not null && name == value.TrimStart('/')));
    }

    private bool MatchesImage(EngineEvent happened)
    {
        if (!Asked("image")) return true;
        happened.Attributes.TryGetValue(happened.Type == EventType.Image ? "name" : "image", out string? name);
        return wanted["image"].Any(value => value == happened.ActorId || value == WithoutTag(happened.ActorId)
            || (name is not null && (value == name || value == WithoutTag(name))));
    }

    private static string WithoutTag(string reference)
    {
        int colon = reference.LastIndexOf(':');
        return colon > reference.LastIndexOf('/') ? reference[..colon] : reference;
    }

    private bool MatchesLabels(EngineEvent happened) =>
        !Asked("label") || wanted["label"].All(label => LabelPattern.Matches(label, happened.Attributes));
}
