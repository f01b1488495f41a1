package seatmapd.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/** avro.framing: confluent, as Confluent's serializer does it: a zero byte, the schema's id, bare Avro. */
final class ConfluentFraming implements Framing {
    private static final int HEADER_BYTES = 5;
    private static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();
    private final String url;
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Integer, Schema> schemas = new HashMap<>();

    ConfluentFraming(String url) {
        this.url = url;
    }

    @Override
    public byte[] write(String topic, SpecificRecord record) throws Exception {
        byte[] value = Binary.encode(record);
        int id = idOf(topic + "-value", record.getSchema());
        return ByteBuffer.allocate(HEADER_BYTES + value.length).put((byte) 0).putInt(id).put(value).array();
    }

    @Override
    public SpecificRecord read(byte[] value, Schema reader) throws Exception {
        ByteBuffer header = ByteBuffer.wrap(value);
        if (header.get() != 0) throw new IOException("no header");
        return Binary.decode(value, HEADER_BYTES, schemaOf(header.getInt()), reader);
    }

    private int idOf(String subject, Schema schema) throws Exception {
        Integer known = ids.get(subject);
        if (known != null) return known;
        String body = JSON.writeValueAsString(Map.of("schema", schema.toString()));
        int id = ask(HttpRequest.newBuilder(URI.create(url + "/subjects/" + subject + "/versions"))
                .header("content-type", "application/vnd.schemaregistry.v1+json")
                .POST(HttpRequest.BodyPublishers.ofString(body)))
            .get("id")
            .asInt();
        ids.put(subject, id);
        return id;
    }

    private Schema schemaOf(int id) throws Exception {
        Schema known = schemas.get(id);
        if (known != null) return known;
        JsonNode answer = ask(HttpRequest.newBuilder(URI.create(url + "/schemas/ids/" + id)));
        Schema schema = new Schema.Parser().parse(answer.get("schema").asText());
        schemas.put(id, schema);
        return schema;
    }

    private JsonNode ask(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) throw new IOException("the registry said " + response.body());
        return JSON.readTree(response.body());
    }
}
