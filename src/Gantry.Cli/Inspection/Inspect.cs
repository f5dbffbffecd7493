using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Api.Client;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Cli.Templates;

namespace Gantry.Cli.Inspection;

/// <summary><c>gantry inspect</c>, and the same for one kind of object: <c>gantry container inspect</c>.</summary>
internal sealed class Inspect : Command
{
    /// <summary>What the shell sees when the template itself is wrong.</summary>
    private const int BadTemplateStatus = 64;

    private readonly InspectedType? _only;
    private readonly ValueFlag<string> _format;
    private readonly ValueFlag<string>? _type;
    private readonly BoolFlag? _size;
    private readonly List<string> _errors = [];

    /// <param name="only">The one kind to look for; null looks for all, and takes <c>--type</c>.</param>
    public Inspect(InspectedType? only = null)
    {
        this._only = only;
        _format = Flags.TemplateFormat();
        if (only is null || only == InspectedType.Container) _size = Flags.Switch("size", 's', "Add the sizes of a container's files");
        if (only is null) _type = Flags.Text("type", null, "Look only for objects of this kind");
    }

    public override string Syntax =>
        _only is null ? "[OPTIONS] NAME|ID [NAME|ID...]"
            : $"[OPTIONS] {_only.Name.ToUpperInvariant()} [{_only.Name.ToUpperInvariant()}...]";

    public override OperandCount Operands => OperandCount.AtLeast(1);

    public override int Run(Invocation invocation)
    {
        InspectedType[] types = Candidates();
        Template? template = ParseFormat();
        List<(JsonTypeInfo Type, JsonElement Element)> found = [.. Fetch(invocation, types)];
        invocation.Out.Write(template is null ? Indented(found) : Rendered(template, found));
        return _errors.Count == 0 ? 0 : throw new CliException(string.Join('\n', _errors));
    }

    private InspectedType[] Candidates()
    {
        if (_only is not null) return [_only];
        if (_type!.Value.Length == 0) return InspectedType.All;
        return Array.Find(InspectedType.All, t => t.Name == _type.Value) is { } one
            ? [one]
            : throw new CliException(
            $"unknown type: \"{_type.Value}\": must be one of {string.Join(", ", InspectedType.All.Select(t => $"\"{t.Name}\""))}");
    }

    private Template? ParseFormat()
    {
        if (_format.Value is "" or "json") return null;
        try
        {
            return Template.Parse(_format.Value);
        }
        catch (TemplateException wrong)
        {
            throw new CliException($"template parsing error: {wrong.Message}", BadTemplateStatus);
        }
    }

    private IEnumerable<(JsonTypeInfo, JsonElement)> Fetch(Invocation invocation, InspectedType[] types)
    {
        foreach (string name in invocation.Operands)
        {
            if (Find(invocation, types, name) is { } found) yield return found;
        }
    }

    private (JsonTypeInfo, JsonElement)? Find(Invocation invocation, InspectedType[] types, string name)
    {
        foreach (InspectedType candidate in types)
        {
            try
            {
                byte[] json = candidate.Fetch(invocation.Client, name, _size is { Value: true });
                if (_size is { Value: true } && candidate != InspectedType.Container)
                    invocation.Error.WriteLine($"WARNING: --size ignored for {candidate.Name}");
                return (candidate.Type(), JsonAnswer.Parse(json));
            }
            catch (ApiException e) when (e.Status == 404 && types.Length > 1)
            {
                // Not of this kind: the next one may have it.
            }
            catch (ApiException e)
            {
                _errors.Add($"Error response from daemon: {e.Message}");
                return null;
            }
        }
        _errors.Add($"Error: No such object: {name}");
        return null;
    }

    private string Indented(List<(JsonTypeInfo Type, JsonElement Element)> found)
    {
        bool compact = _format.Value == "json";
        StringBuilder output = new("[");
        for (int i = 0; i < found.Count; i++)
        {
            if (i > 0) output.Append(',');
            if (!compact) output.Append("\n    ");
            JsonText.Append(output, found[i].Element, compact ? -1 : 1);
        }
        if (found.Count > 0 && !compact) output.Append('\n');
        return output.Append("]\n").ToString();
    }

    private string Rendered(Template template, List<(JsonTypeInfo Type, JsonElement Element)> found)
    {
        StringBuilder output = new();
        foreach ((JsonTypeInfo kind, JsonElement element) in found)
        {
            try
            {
                output.Append(InspectTemplate.Render(template, kind, element)).Append('\n');
            }
            catch (TemplateException wrong)
            {
                _errors.Add($"template parsing error: {wrong.Message}");
            }
        }
        // Scripts read a line in any case.
        return output.Length == 0 ? "\n" : output.ToString();
    }
}
