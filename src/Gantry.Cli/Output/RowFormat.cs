using System.Text;
using Gantry.Cli.Templates;

namespace Gantry.Cli.Output;

/// <summary>One field of a listing.</summary>
/// <param name="Name">As templates call it.</param>
/// <param name="Header">As the table's first line shows it.</param>
/// <param name="Value">The field of one row; null is shown as nothing and encoded as null.</param>
internal sealed record Column<T>(string Name, string Header, Func<T, string?> Value);

/// <summary>What a listing can show of its rows: named columns, and at most one method taking a label's name.</summary>
internal sealed class RowFormat<T>(string typeName, IReadOnlyList<Column<T>> columns, Func<T, string, string>? label = null)
{
    public TemplateObject Row(T row) => new RowView(this, row);

    public TemplateObject Headers { get; } = new HeaderView(columns, label is not null);

    private sealed class RowView(RowFormat<T> format, T row) : TemplateObject
    {
        public override string TypeName => format.TypeName;

        public override IEnumerable<KeyValuePair<string, object?>> Fields =>
            format.Columns.Select(c => KeyValuePair.Create(c.Name, (object?)c.Value(row)));

        public override bool TryGet(string name, IReadOnlyList<object?> arguments, out object? value)
        {
            value = null;
            if (name == "Label" && format.Label is { } label)
            {
                if (arguments.Count != 1) throw new TemplateCallException($"wrong number of args for {name}: want 1 got {arguments.Count}");
                value = label(row, arguments[0] as string
                    ?? throw new TemplateCallException($"wrong type for value; expected string; got {GoValue.TypeName(arguments[0])}"));
                return true;
            }
            var column = format.Columns.FirstOrDefault(c => c.Name == name);
            if (column is null) return false;
            if (arguments.Count > 0) throw new TemplateCallException($"wrong number of args for {name}: want 0 got {arguments.Count}");
            value = column.Value(row);
            return true;
        }

        public override void WriteJson(StringBuilder output)
        {
            output.Append('{');
            var first = true;
            foreach (var column in format.Columns.OrderBy(c => c.Name, StringComparer.Ordinal))
            {
                if (!first) output.Append(',');
                first = false;
                GoJson.WriteString(output, column.Name, escapeHtml: true);
                output.Append(':');
                GoJson.Write(output, column.Value(row), escapeHtml: true);
            }
            output.Append('}');
        }
    }

    /// <summary>Answers every column with its title, so that a template run on it gives the table's first line.</summary>
    private sealed class HeaderView(IReadOnlyList<Column<T>> columns, bool hasLabel) : TemplateObject
    {
        public override string TypeName => "string";

        public override IEnumerable<KeyValuePair<string, object?>> Fields =>
            columns.Select(c => KeyValuePair.Create(c.Name, (object?)c.Header));

        public override bool TryGet(string name, IReadOnlyList<object?> arguments, out object? value)
        {
            value = hasLabel && name == "Label" && arguments is [string label] ? LabelTitle(label)
                : columns.FirstOrDefault(c => c.Name == name)?.Header;
            return value is not null;
        }

        // "com.example.some-name" heads its column as "some name".
        private static string LabelTitle(string label) => label[(label.LastIndexOf('.') + 1)..].Replace('-', ' ').Replace('_', ' ');

        public override void WriteJson(StringBuilder output) => output.Append("{}");
    }

    public string TypeName { get; } = typeName;
    public IReadOnlyList<Column<T>> Columns { get; } = columns;
    private Func<T, string, string>? Label { get; } = label;
}
