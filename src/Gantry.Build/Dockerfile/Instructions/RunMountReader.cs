using System.Globalization;
using System.Text;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>Reads one <c>--mount</c>: options between commas, in quotes where they have some themselves.</summary>
internal sealed class RunMountReader(Word word)
{
    private static readonly string[] Known = ["type", "from", "source", "target", "readonly", "readwrite", "required", "id", "env", "size",
        "sharing", "mode", "uid", "gid"];

    private readonly Dictionary<string, string> _options = [];

    public RunMount Read()
    {
        foreach (string field in Fields()) Take(field);
        string type = _options.GetValueOrDefault("type", "bind");
        string[] allowed = type switch
        {
            "bind" => ["type", "from", "source", "target", "readonly", "readwrite"],
            "cache" => ["type", "id", "from", "source", "target", "readonly", "readwrite", "sharing", "mode", "uid", "gid"],
            "tmpfs" => ["type", "target", "size"],
            "secret" => ["type", "id", "source", "target", "env", "required", "mode", "uid", "gid"],
            "ssh" => ["type", "id", "target", "required", "mode", "uid", "gid"],
            _ => throw word.Refuse($"unsupported mount type {GoQuote.Quote(type)}",
                Suggestion.For(type, ["bind", "cache", "tmpfs", "secret", "ssh"])),
        };
        if (_options.Keys.FirstOrDefault(key => !allowed.Contains(key)) is { } other)
            throw word.Refuse($"unexpected key '{other}' for mount type '{type}'");
        if (type is "bind" or "cache" or "tmpfs" && string.IsNullOrEmpty(_options.GetValueOrDefault("target")))
            throw word.Refuse($"a mount of type '{type}' needs a target");
        return new RunMount(type, _options.GetValueOrDefault("source"), _options.GetValueOrDefault("target"),
            _options.GetValueOrDefault("from"), _options.GetValueOrDefault("id"), _options.GetValueOrDefault("env"), IsReadOnly(type),
            Switch("required") == true, Sharing(), Number("uid"), Number("gid"), Mode(), Size());
    }

    /// <summary>A bind is read-only unless it says otherwise.</summary>
    private bool IsReadOnly(string type) => Switch("readonly") ?? !(Switch("readwrite") ?? type != "bind");

    private void Take(string field)
    {
        int equals = field.IndexOf('=');
        string written = (equals < 0 ? field : field[..equals]).Trim().ToLowerInvariant();
        string key = written switch
        {
            "src" => "source", "dst" or "destination" => "target", "ro" => "readonly", "rw" => "readwrite", _ => written,
        };
        if (!Known.Contains(key)) throw word.Refuse($"unexpected key '{written}' in '{field}'", Suggestion.For(written, Known));
        if (equals < 0 && key is not ("readonly" or "readwrite" or "required"))
            throw word.Refuse($"invalid field '{field}' must be a key=value pair");
        _options[key] = equals < 0 ? "true" : field[(equals + 1)..];
    }

    /// <summary>A field with a comma in it stands in double quotes, and a quote in those is two.</summary>
    private List<string> Fields()
    {
        List<string> fields = [];
        StringBuilder field = new();
        bool quoted = false;
        for (int i = 0; i < word.Text.Length; i++)
        {
            char c = word.Text[i];
            if (c == '"' && quoted && i + 1 < word.Text.Length && word.Text[i + 1] == '"') field.Append(word.Text[++i]);
            else if (c == '"' && (quoted || field.Length == 0)) quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else field.Append(c);
        }
        if (quoted) throw word.Refuse("failed to parse csv mounts: a quote is open");
        fields.Add(field.ToString());
        return fields;
    }

    private bool? Switch(string key)
    {
        if (!_options.TryGetValue(key, out string? value)) return null;
        return GoBool.Parse(value) ?? throw word.Refuse($"invalid value for {key}: {value}");
    }

    private string Sharing()
    {
        string sharing = _options.GetValueOrDefault("sharing", "shared");
        return sharing is "shared" or "private" or "locked" ? sharing
            : throw word.Refuse($"unsupported sharing value {GoQuote.Quote(sharing)}",
                Suggestion.For(sharing, ["shared", "private", "locked"]));
    }

    private uint? Number(string key)
    {
        if (!_options.TryGetValue(key, out string? value)) return null;
        return uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number
            : throw word.Refuse($"invalid value {value} for {key}");
    }

    private int? Mode()
    {
        if (!_options.TryGetValue("mode", out string? value)) return null;
        if (value.Length is 0 or > 5 || !value.All(c => c is >= '0' and <= '7') || Convert.ToInt32(value, 8) is var mode && mode > 4095)
            throw word.Refuse($"invalid value {value} for mode", "it is an octal number such as 0755");
        return mode;
    }

    private long? Size()
    {
        if (!_options.TryGetValue("size", out string? value)) return null;
        return ByteSize.TryParse(value, out long bytes) && bytes > 0 ? bytes : throw word.Refuse($"invalid value for size: {value}");
    }
}
