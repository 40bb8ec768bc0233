using Spectre.Console;

namespace Ganglion.Cli.Output;

/// <summary>A listing: a table on a screen, aligned columns in a pipe.</summary>
internal sealed class TextTable(params TextColumn[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(SafeText.Escape)]);

    public void WriteTo(Terminal terminal)
    {
        if (terminal.IsInteractive)
        {
            terminal.Write(ToStyled());
        }
        else
        {
            WritePlain(terminal);
        }
    }

    private Table ToStyled()
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (TextColumn column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column.Title)) { Alignment = column.IsNumber ? Justify.Right : Justify.Left });
        }

        foreach (string[] row in _rows)
        {
            table.AddRow([.. row.Select(cell => new Text(cell))]);
        }

        return table;
    }

    private void WritePlain(Terminal output)
    {
        int[] widths = [.. columns.Select((column, i) => _rows.Select(row => row[i].Length).Append(column.Title.Length).Max())];
        foreach (string[] row in _rows.Prepend([.. columns.Select(column => column.Title)]))
        {
            IEnumerable<string> cells = row.Select((cell, i) => columns[i].IsNumber ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }
}

/// <summary>A column of a listing.</summary>
internal readonly record struct TextColumn(string Title, bool IsNumber = false)
{
    public static implicit operator TextColumn(string title) => new(title);

    public static TextColumn Number(string title) => new(title, IsNumber: true);
}
