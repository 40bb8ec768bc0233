using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Ganglion.Testing.Evaluations;

/// <summary>On which line of a file its settings stand, by the places that faults are told with, such as <c>evals.yaml:cases:0:prompt</c>. JSON is read as the YAML that it is.</summary>
internal sealed class FileLines
{
    private readonly Dictionary<string, long> _lines = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _file;

    public FileLines(string file, string text)
    {
        _file = file;
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            if (yaml.Documents is [var document])
            {
                Add(document.RootNode, file, 0);
            }
        }
        catch (YamlException)
        {
            // Whoever reads it says so.
        }
    }

    /// <summary>Puts the line before a fault, as far as it tells its place.</summary>
    public string Place(string fault)
    {
        if (!fault.StartsWith(_file, StringComparison.Ordinal))
        {
            return fault;
        }

        int end = fault.IndexOf(' ', _file.Length);
        string place = end < 0 ? fault : fault[..end];
        for (string known = place; known.Length >= _file.Length; known = known[..Math.Max(0, known.LastIndexOf(':'))])
        {
            if (_lines.TryGetValue(known, out long line))
            {
                return $"{_file}, line {line}: {(place.Length > _file.Length ? place[(_file.Length + 1)..] : "it")}{(end < 0 ? "" : fault[end..])}";
            }
        }

        return fault;
    }

    private void Add(YamlNode node, string path, int depth)
    {
        if (depth > 64 || !_lines.TryAdd(path, node.Start.Line))
        {
            return;
        }

        if (node is YamlSequenceNode sequence)
        {
            for (int i = 0; i < sequence.Children.Count; i++)
            {
                Add(sequence.Children[i], string.Create(CultureInfo.InvariantCulture, $"{path}:{i}"), depth + 1);
            }
        }
        else if (node is YamlMappingNode mapping)
        {
            foreach ((YamlNode key, YamlNode value) in mapping.Children)
            {
                string inner = $"{path}:{(key as YamlScalarNode)?.Value}";
                Add(value, inner, depth + 1);
                _lines[inner] = key.Start.Line;
            }
        }
    }
}
