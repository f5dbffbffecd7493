using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Oci.Image;

namespace Gantry.Engine.Images;

/// <summary>Applies the Dockerfile instructions that <c>import --change</c> allows to an image's configuration.</summary>
public static class ImageChanges
{
    /// <exception cref="GantryException">Invalid: not an instruction that can be applied, or its arguments make no sense.</exception>
    public static ImageConfig Apply(ImageConfig config, IReadOnlyList<string> changes)
    {
        foreach (string line in changes.SelectMany(change => change.Split('\n')))
        {
            string text = line.Trim();
            if (text.Length == 0) continue;
            int space = text.AsSpan().IndexOfAny(' ', '\t');
            string instruction = (space < 0 ? text : text[..space]).ToUpperInvariant(), rest = space < 0 ? "" : text[space..].Trim();
            if (rest.Length == 0 && IsKnown(instruction)) throw GantryException.Invalid($"{instruction} requires at least one argument");
            config = Apply(config, instruction, rest);
        }
        return config;
    }

    private static bool IsKnown(string instruction) =>
        instruction is "CMD" or "ENTRYPOINT" or "ENV" or "EXPOSE" or "HEALTHCHECK" or "LABEL" or "ONBUILD" or "STOPSIGNAL" or "USER" or "VOLUME" or "WORKDIR";

    private static ImageConfig Apply(ImageConfig config, string instruction, string rest) => instruction switch
    {
        "CMD" => config with { Cmd = Command(rest) },
        "ENTRYPOINT" => config with { Entrypoint = Command(rest) },
        "ENV" => config with { Env = AddEnvironment(config.Env ?? [], Pairs(rest, "ENV")) },
        "EXPOSE" => config with { ExposedPorts = Add(config.ExposedPorts, Words(rest).Select(Port)) },
        "HEALTHCHECK" => config with { Healthcheck = Healthcheck(rest) },
        "LABEL" => config with { Labels = AddLabels(config.Labels, Pairs(rest, "LABEL")) },
        "ONBUILD" => config with { OnBuild = [.. config.OnBuild ?? [], rest] },
        "STOPSIGNAL" => config with { StopSignal = rest },
        "USER" => config with { User = rest },
        "VOLUME" => config with { Volumes = Add(config.Volumes, rest.StartsWith('[') ? JsonList(rest) ?? throw Bad("VOLUME", rest) : Words(rest)) },
        "WORKDIR" => config with { WorkingDir = rest.StartsWith('/') ? rest : $"{config.WorkingDir?.TrimEnd('/')}/{rest}" },
        _ => throw GantryException.Invalid($"{instruction.ToLowerInvariant()} is not a valid change command"),
    };

    /// <summary>A JSON list is taken as it is; anything else is for the shell.</summary>
    private static IReadOnlyList<string> Command(string text) => (text.StartsWith('[') ? JsonList(text) : null) ?? ["/bin/sh", "-c", text];

    private static IReadOnlyList<string>? JsonList(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, ChangesJson.Default.ListString);
        }
        catch (JsonException)
        {
            // As in a Dockerfile, what only looks like a list is a command line.
            return null;
        }
    }

    private static IReadOnlyList<string> AddEnvironment(IReadOnlyList<string> present, List<KeyValuePair<string, string>> pairs)
    {
        List<string> environment = [.. present];
        foreach ((string key, string value) in pairs)
        {
            environment.RemoveAll(entry => entry.StartsWith(key + "=", StringComparison.Ordinal));
            environment.Add($"{key}={value}");
        }
        return environment;
    }

    private static Dictionary<string, string> AddLabels(IReadOnlyDictionary<string, string>? present, List<KeyValuePair<string, string>> pairs)
    {
        Dictionary<string, string> labels = new(present ?? new Dictionary<string, string>());
        foreach ((string key, string value) in pairs) labels[key] = value;
        return labels;
    }

    private static Dictionary<string, EmptyObject> Add(IReadOnlyDictionary<string, EmptyObject>? present, IEnumerable<string> keys)
    {
        Dictionary<string, EmptyObject> set = new(present ?? new Dictionary<string, EmptyObject>());
        foreach (string key in keys) set[key] = EmptyObject.Value;
        return set;
    }

    private static string Port(string word)
    {
        int slash = word.IndexOf('/');
        string number = slash < 0 ? word : word[..slash], protocol = slash < 0 ? "tcp" : word[(slash + 1)..].ToLowerInvariant();
        bool valid = number.Split('-') is { Length: 1 or 2 } ends && ends.All(end => ushort.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        return valid && protocol is "tcp" or "udp" or "sctp" ? $"{number}/{protocol}" : throw GantryException.Invalid($"invalid containerPort: {word}");
    }

    private static ImageHealthcheck Healthcheck(string text)
    {
        if (text.Equals("NONE", StringComparison.OrdinalIgnoreCase)) return new ImageHealthcheck { Test = ["NONE"] };
        ImageHealthcheck check = new();
        while (text.StartsWith("--", StringComparison.Ordinal))
        {
            int end = text.IndexOf(' '), equals = text.IndexOf('=');
            if (end < 0 || equals < 0 || equals > end) throw Bad("HEALTHCHECK", text);
            string value = text[(equals + 1)..end];
            check = text[2..equals] switch
            {
                "interval" => check with { Interval = Duration(value) },
                "timeout" => check with { Timeout = Duration(value) },
                "start-period" => check with { StartPeriod = Duration(value) },
                "start-interval" => check with { StartInterval = Duration(value) },
                "retries" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int retries) => check with { Retries = retries },
                _ => throw Bad("HEALTHCHECK", text),
            };
            text = text[end..].Trim();
        }
        if (!text.StartsWith("CMD ", StringComparison.OrdinalIgnoreCase)) throw Bad("HEALTHCHECK", text);
        string command = text[4..].Trim();
        return check with { Test = command.StartsWith('[') && JsonList(command) is { } list ? ["CMD", .. list] : ["CMD-SHELL", command] };
    }

    /// <summary>Nanoseconds of <c>1m30s</c>, <c>500ms</c>.</summary>
    private static long Duration(string text)
    {
        double total = 0;
        for (int i = 0; i < text.Length;)
        {
            int start = i;
            while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] == '.')) i++;
            if (!double.TryParse(text.AsSpan(start, i - start), CultureInfo.InvariantCulture, out double number)) throw Bad("HEALTHCHECK", text);
            start = i;
            while (i < text.Length && char.IsAsciiLetter(text[i])) i++;
            total += number * text[start..i] switch { "ns" => 1, "us" => 1e3, "ms" => 1e6, "s" => 1e9, "m" => 60e9, "h" => 3600e9, _ => throw Bad("HEALTHCHECK", text) };
        }
        return (long)total;
    }

    /// <summary><c>k=v k2="v 2"</c>, or the old form <c>k the whole rest</c>.</summary>
    private static List<KeyValuePair<string, string>> Pairs(string text, string instruction)
    {
        List<string> words = Words(text);
        if (!words[0].Contains('='))
        {
            int space = text.AsSpan().IndexOfAny(' ', '\t');
            return space > 0 ? [new(text[..space], text[space..].Trim())] : throw GantryException.Invalid($"{instruction} must have two arguments");
        }
        return [.. words.Select(word => word.IndexOf('=') is var equals and > 0
            ? new KeyValuePair<string, string>(word[..equals], word[(equals + 1)..])
            : throw GantryException.Invalid($"Syntax error - can't find = in \"{word}\". Must be of the form: name=value"))];
    }

    /// <summary>Words as a shell would split them: quotes group, a backslash takes the next character as it is.</summary>
    private static List<string> Words(string text)
    {
        List<string> words = [];
        StringBuilder word = new();
        char quote = '\0';
        bool any = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\\' && quote != '\'' && i + 1 < text.Length) { word.Append(text[++i]); any = true; }
            else if (quote != '\0') { if (c == quote) quote = '\0'; else word.Append(c); }
            else if (c is '"' or '\'') { quote = c; any = true; }
            else if (!char.IsWhiteSpace(c)) { word.Append(c); any = true; }
            else if (any) { words.Add(word.ToString()); word.Clear(); any = false; }
        }
        if (quote != '\0') throw GantryException.Invalid($"unexpected end of statement while looking for matching {(quote == '"' ? "double" : "single")}-quote");
        if (any) words.Add(word.ToString());
        return words;
    }

    private static GantryException Bad(string instruction, string text) => GantryException.Invalid($"{instruction}: cannot be understood: {text}");
}

[System.Text.Json.Serialization.JsonSerializable(typeof(List<string>))]
internal sealed partial class ChangesJson : System.Text.Json.Serialization.JsonSerializerContext;
