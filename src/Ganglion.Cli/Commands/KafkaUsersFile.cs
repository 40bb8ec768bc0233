namespace Ganglion.Cli.Commands;

/// <summary>A file with the users of a listener for clients of Kafka, one a line, <c>NAME:PASSWORD</c>. What it says is in no error.</summary>
internal static class KafkaUsersFile
{
    /// <exception cref="CliException">It cannot be read, or is no such file.</exception>
    public static IReadOnlyDictionary<string, string> Read(FileInfo file)
    {
        var users = new Dictionary<string, string>(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in Lines(file))
        {
            number++;
            if (line.Length == 0)
            {
                continue;
            }

            int colon = line.IndexOf(':');
            if (colon < 1 || colon == line.Length - 1)
            {
                throw new CliException($"Line {number} of {file.FullName} is no user: write NAME:PASSWORD.");
            }

            if (!users.TryAdd(line[..colon], line[(colon + 1)..]))
            {
                throw new CliException($"Line {number} of {file.FullName} has a user that another has, too: remove one.");
            }
        }

        return users.Count > 0 ? users : throw new CliException($"{file.FullName} has no users: write some, a line NAME:PASSWORD for each.");
    }

    private static string[] Lines(FileInfo file)
    {
        try
        {
            return File.ReadAllLines(file.FullName);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--kafka-users cannot be read: {exception.Message} Name a file with a line NAME:PASSWORD for each user.", exception);
        }
    }
}
