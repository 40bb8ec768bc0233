using System.Globalization;
using Ganglion.Kafka;
using Ganglion.Kafka.Native;
using MockKafka;

// A Kafka cluster for tests: librdkafka's mock of one, in a process of its own. It tells its bootstrap servers in a line, then obeys
// commands, a line each (see Commands), and ends when nobody can send it any more.
try
{
    NativeClient.Load();
}
catch (NativeClientException exception)
{
    await Console.Error.WriteLineAsync($"{exception.Code}: {exception.Message}");
    return 1;
}

int brokers = args is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 3;
using var cluster = new Cluster(brokers);
Console.WriteLine(cluster.BootstrapServers);

while (await Console.In.ReadLineAsync() is { } line and not "quit")
{
    Console.WriteLine(Commands.Obey(cluster, line));
}

return 0;
