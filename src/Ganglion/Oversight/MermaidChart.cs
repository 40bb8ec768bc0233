using System.Globalization;
using System.Text;

namespace Ganglion.Oversight;

/// <summary>Writes a topology as a flow chart of Mermaid.</summary>
internal static class MermaidChart
{
    public static string Of(Topology topology)
    {
        var chart = new StringBuilder("flowchart LR\n");
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (TopologyNode node in topology.Nodes)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"n{names.Count}");
            names.Add(node.Id, name);
            (string open, string close) = node.Kind switch
            {
                TopologyNodeKind.Router => ("{{", "}}"),
                TopologyNodeKind.Agent => ("([", "])"),
                TopologyNodeKind.DeadLetters => ("[(", ")]"),
                _ => ("[", "]"),
            };
            chart.Append(CultureInfo.InvariantCulture, $"  {name}{open}\"{LabelOf(node)}\"{close}\n");
        }

        foreach (TopologyEdge edge in topology.Edges)
        {
            string arrow = edge.IsAside ? "-.->" : "-->";
            string label = edge.Label is null ? "" : $"|\"{Escape(edge.Label)}\"|";
            chart.Append(CultureInfo.InvariantCulture, $"  {names[edge.From]} {arrow}{label} {names[edge.To]}\n");
        }

        return chart.ToString();
    }

    private static string LabelOf(TopologyNode node) => string.Join("<br/>", LinesOf(node).Select(Escape));

    private static IEnumerable<string> LinesOf(TopologyNode node)
    {
        yield return node.Name;
        for (int i = 0; i < node.Stages.Count; i++)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{i + 1}. {node.Stages[i].Name} ({node.Stages[i].Kind})");
        }

        if (node.IsPaused)
        {
            yield return "paused";
        }

        if (node.Hosts == 0)
        {
            yield return "nobody runs it";
        }
    }

    // Anybody can write a route to the log: what is not plain is a number, which is text wherever Mermaid reads it.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is ' ' or '.' or '_' or '-' or ',' or ':' or '(' or ')' or '\''))
            {
                escaped.Append((char)rune.Value);
            }
            else if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                escaped.Append(' ');
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
            }
        }

        return escaped.ToString();
    }
}
