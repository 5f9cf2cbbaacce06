use super::escaped;

#[test]
fn a_name_ends_neither_its_element_nor_its_attribute() {
    let name = "<script>'\"&\"'</script> Ōtara";
    let expected = "&lt;script&gt;&#39;&quot;&amp;&quot;&#39;&lt;/script&gt; Ōtara";
    assert_eq!(escaped(name), expected);
}
