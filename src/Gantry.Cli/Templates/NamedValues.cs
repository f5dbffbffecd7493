using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>A structure put together from values by name.</summary>
internal sealed class NamedValues(string typeName, params (string Name, object? Value)[] members) : TemplateObject
{
    public override string TypeName => typeName;

    public override IEnumerable<KeyValuePair<string, object?>> Fields => members.Select(m => KeyValuePair.Create(m.Name, m.Value));

    public override bool TryGet(string name, IReadOnlyList<object?> arguments, out object? value)
    {
        int at = Array.FindIndex(members, m => m.Name == name || m.Name == GoNames.ToWire(name));
        value = at < 0 ? null : members[at].Value;
        return at >= 0 && arguments.Count == 0;
    }

    public override void WriteJson(StringBuilder output)
    {
        output.Append('{');
        for (int i = 0; i < members.Length; i++)
        {
            if (i > 0) output.Append(',');
            GoJson.WriteString(output, members[i].Name, escapeHtml: false);
            output.Append(':');
            GoJson.Write(output, members[i].Value);
        }
        output.Append('}');
    }
}
